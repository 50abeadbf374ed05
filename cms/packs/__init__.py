"""Programme packs: a programme's whole configuration in a folder, checked first, then loaded in one transaction."""
