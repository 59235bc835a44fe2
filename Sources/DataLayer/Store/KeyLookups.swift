import Postgres

/// For transactions that write page by page, and look everything up by its key. A first read fills tables that the
/// planner still takes for empty: it would read them whole, each page more of them.
enum KeyLookups {
    static let statement = Statement("SELECT set_config('enable_seqscan', 'off', true)")
}
