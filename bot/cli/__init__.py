"""The commands of `wuzhen`, a file per topic. They import what is heavy themselves: --help must be quick."""
