"""The card designer: an editor for documents that are trees, made of property sheets described as plain data."""
