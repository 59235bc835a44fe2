import Testing

/// Everything the Postgres module promises, against a real PostgreSQL. One after the other: some tests use
/// up a server's connections, and others count them.
@Suite("PostgreSQL layer", .rawServer, .serialized, .timeLimit(.minutes(5)))
enum PostgresTests {}
