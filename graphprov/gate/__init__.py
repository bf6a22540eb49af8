"""The gate: may this artifact be deployed, by the rules of a policy? For CI, and for the moment before deployment."""
