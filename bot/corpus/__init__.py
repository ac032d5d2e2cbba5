"""Files -> essays -> sections -> passages -> sentences."""
