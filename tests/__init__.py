"""The tests; a package, so that it comes before the one of this name that a library installs."""
