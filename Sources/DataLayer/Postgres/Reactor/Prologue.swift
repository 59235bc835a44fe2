import Domain

/// The statement that goes before the caller's, in the same round trip.
struct Prologue: Sendable {
    var tenant: TenantID?
    /// Settings that a session of its own would have made on connecting (see `SessionSettings`).
    var settings: [(name: String, value: String)] = []

    /// Nil when there is nothing to set.
    init?(tenant: TenantID?, settings: [(name: String, value: String)]) {
        if tenant == nil && settings.isEmpty { return nil }
        self.tenant = tenant
        self.settings = settings
    }

    private static let tenantOnly = "SELECT set_config('app.tenant_id', $1, true)"

    /// set_config(…, true) is SET LOCAL that takes parameters, and ends with the transaction.
    private var sql: String {
        if settings.isEmpty { return Self.tenantOnly }
        var calls = settings.map { "set_config(\(SQLQuoting.literal($0.name)), \(SQLQuoting.literal($0.value)), true)" }
        if tenant != nil { calls.append("set_config('app.tenant_id', $1, true)") }
        return "SELECT " + calls.joined(separator: ", ")
    }

    func append(to steps: inout [Job.Step], _ parameters: inout ParameterBuffer) {
        let start = parameters.entries.count
        if let tenant {
            parameters.appendTrustedText { $0.appendText(of: tenant.uuid) }
        }
        steps.append(Job.Step(sql: sql, parameters: start..<parameters.entries.count, isPrologue: true))
    }
}

/// Quoting of the few names and texts that cannot be parameters.
enum SQLQuoting {
    /// A string constant, right whatever `standard_conforming_strings` is.
    static func literal(_ text: String) -> String {
        "E'" + text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "'"
    }

    static func identifier(_ name: String) -> String {
        "\"" + name.map { $0 == "\"" ? "\"\"" : "\($0)" }.joined() + "\""
    }
}
