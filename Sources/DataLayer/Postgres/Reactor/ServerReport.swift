import CPostgres

/// What the server says in an error result.
struct ServerReport {
    let error: PostgresError
    /// FATAL and PANIC end the session.
    let endsSession: Bool
    /// A prepared statement is gone or does not fit its tables any more; preparing anew helps.
    let isStalePlan: Bool

    init(_ result: OpaquePointer) {
        func field(_ code: UnicodeScalar) -> String? {
            PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
        }
        // The codes of PG_DIAG_…: character constants in a header, which Swift does not import.
        let state = field("C") ?? ""
        let severity = field("V") ?? field("S") ?? ""
        let parts = [
            ("", field("M")), ("detail", field("D")), ("hint", field("H")), ("context", field("W")),
            ("table", field("t")), ("column", field("c")), ("position", field("P")),
        ]
        let words = parts.compactMap { name, text in text.map { name.isEmpty ? $0 : "\(name): \($0)" } }
        endsSession = severity == "FATAL" || severity == "PANIC" || SQLState.endsSession(state)
        let kind: PostgresError.Kind = endsSession || state.isEmpty ? .connectionLost : .server(sqlState: state)
        let fallback = PQresultErrorMessage(result).map { String(cString: $0) } ?? ""
        let detail = words.isEmpty ? fallback : "\(state): " + words.joined(separator: "; ")
        error = PostgresError(kind, detail: detail, constraint: field("n"))
        isStalePlan = state == "26000" || (state == "0A000" && field("R") == "RevalidateCachedQuery")
    }
}
