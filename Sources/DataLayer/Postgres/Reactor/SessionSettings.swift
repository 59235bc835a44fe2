/// What every session is set to, besides its connection string.
struct SessionSettings {
    private let configuration: DatabaseConfiguration
    private let purpose: Purpose

    init(_ configuration: DatabaseConfiguration, for purpose: Purpose) {
        self.configuration = configuration
        self.purpose = purpose
    }

    var all: [(name: String, value: String)] {
        var settings = [("TimeZone", "UTC"), ("statement_timeout", "\(statementTimeout.wholeMilliseconds)")]
        if purpose == .leased {
            // A body that hangs must not keep its locks for ever.
            settings.append(
                ("idle_in_transaction_session_timeout", "\(configuration.leasedStatementTimeout.wholeMilliseconds)"))
        }
        if let role = configuration.role { settings.append(("role", role)) }
        return settings
    }

    /// A query that makes them for the session's whole life.
    var sql: String {
        let calls = all.map { "set_config(\(SQLQuoting.literal($0.name)), \(SQLQuoting.literal($0.value)), false)" }
        return "SELECT " + calls.joined(separator: ", ")
    }

    var statementTimeout: Duration {
        switch purpose {
        case .shared: configuration.statementTimeout
        case .leased: configuration.leasedStatementTimeout
        case .notifications: .zero
        }
    }
}
