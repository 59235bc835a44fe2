import Domain

/// What the command line itself can fail with; modules' errors pass through unchanged.
enum CommandError: UserFacingError {
    case unreadable(path: String, reason: String)
    case unwritable(path: String, reason: String)
    case noServer(dataDirectory: String)
    case unknownTenant(String, suggestion: String?)
    case unknownUser(String, tenant: String, suggestion: String?)
    case cannotListen(address: String, reason: String)
    case problem(String)

    var code: String {
        switch self {
        case .unreadable: "file.unreadable"
        case .unwritable: "file.unwritable"
        case .noServer: "database.not_running"
        case .unknownTenant: "tenant.unknown"
        case .unknownUser: "user.unknown"
        case .cannotListen: "server.cannot_listen"
        case .problem: "command.failed"
        }
    }

    var message: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
        case .unwritable(let path, let reason): "cannot write \(path): \(reason)"
        case .noServer(let directory):
            "no database is running for \(directory). Start `garrison serve`, or set DATABASE_URL or --data-dir."
        case .unknownTenant(let name, let suggestion?): "there is no tenant “\(name)”. Is “\(suggestion)” meant?"
        case .unknownTenant(let name, nil):
            "there is no tenant “\(name)”. `garrison tenant list` shows them; `garrison tenant create NAME` makes one."
        case .unknownUser(let email, let tenant, let suggestion):
            "there is no user \(email) in “\(tenant)”."
                + (suggestion.map { " Is \($0) meant?" } ?? " `garrison user list` shows them.")
        case .cannotListen(let address, let reason):
            "cannot listen at \(address): \(reason). Stop what uses it, or give another address with --listen HOST:PORT."
        case .problem(let text): text
        }
    }
}
