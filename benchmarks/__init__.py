"""What the library costs, measured against what cannot be done without."""
