/// Names and sentences for the SQLSTATEs that reach users (PostgreSQL documentation, Appendix A).
enum SQLState {
    /// The condition's name, or `sqlstate_XXXXX`.
    static func name(_ state: String) -> String {
        known[state]?.name ?? "sqlstate_\(state.lowercased())"
    }

    static func sentence(_ state: String) -> String {
        known[state]?.sentence
            ?? "PostgreSQL refused the statement (SQLSTATE \(state)). The server log of PostgreSQL has the details."
    }

    /// Classes 08 and 57P0x: the session ends with them.
    static func endsSession(_ state: String) -> Bool {
        state.hasPrefix("08") || state == "57P01" || state == "57P02" || state == "57P03"
    }

    private static let known: [String: (name: String, sentence: String)] = [
        "23505": ("unique_violation", "A record with the same key already exists."),
        "23503": (
            "foreign_key_violation", "The record refers to one that does not exist, or is still referred to by others."
        ),
        "23502": ("not_null_violation", "A required value is missing."),
        "23514": ("check_violation", "A value is outside its permitted range."),
        "22001": ("string_data_right_truncation", "A text is longer than its column permits."),
        "22003": ("numeric_value_out_of_range", "A number is outside its type's range."),
        "22P02": ("invalid_text_representation", "A value does not have the form its column needs."),
        "22021": ("character_not_in_repertoire", "A text is not valid UTF-8."),
        "40001": ("serialization_failure", "Another transaction changed the same records. Try again."),
        "40P01": ("deadlock_detected", "Two transactions waited for each other. Try again."),
        "42501": ("insufficient_privilege", "The database role may not do this."),
        "42P01": ("undefined_table", "A table is missing. Run `garrison migrate`."),
        "42703": ("undefined_column", "A column is missing. Run `garrison migrate`."),
        "53100": ("disk_full", "The database server's disk is full."),
        "53300": ("too_many_connections", "PostgreSQL has no connection left. Raise its max_connections."),
        "55P03": ("lock_not_available", "The record is locked by another transaction. Try again."),
        "57014": ("query_canceled", "The statement took too long or was cancelled."),
    ]
}
