"""Reading for the officers' desk: only ever what lies in the officer's region (portal.regions.scope)."""
