"""Work beside the pages: asked for with a record's id, done by a worker, found again when a worker was killed."""
