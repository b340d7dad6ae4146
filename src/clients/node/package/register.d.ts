// The module "lancedb-auth/register": an import completes the connect calls of this process.
export {};
