"""The benchmarks of docs/benchmarks.md: `make bench` prints measured figure and bar."""
