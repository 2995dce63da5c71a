"""Gates on compiled GPU kernels: resources, ptxas notes, and hazards in their SASS."""
