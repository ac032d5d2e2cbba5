"""The web part: health for whoever watches the process."""
