import Domain

/// Whether the machine is cut off, on the disk so that it outlasts restarts of the agent and of the machine.
struct IsolationSwitch {
    private static let file = "isolated"

    private let folder: StateFolder
    private(set) var isIsolated: Bool
    private var applied: Isolation.Server?

    init(_ folder: StateFolder) throws(AgentError) {
        self.folder = folder
        isIsolated = try folder.read(Self.file) != nil
    }

    /// The rules come before the note of them: a kill in between is made good when the action is done again.
    mutating func isolate(_ address: ServerAddress) throws(AgentError) {
        let server = Self.server(address)
        try Isolation.apply(server)
        applied = server
        isIsolated = true
        try folder.write(Array(server.addresses.joined(separator: "\n").utf8), to: Self.file)
    }

    mutating func release() throws(AgentError) {
        try Isolation.lift()
        applied = nil
        isIsolated = false
        try folder.remove(Self.file)
    }

    /// After a restart. Where the server's name cannot be looked up, the addresses from before count.
    ///
    /// - Returns: whether it is isolated.
    mutating func restore(_ address: ServerAddress) throws(AgentError) -> Bool {
        guard isIsolated else { return false }
        var server = Self.server(address)
        if server.addresses.isEmpty, let bytes = try folder.read(Self.file) {
            server.addresses = String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap {
                NumericAddress(String($0))?.text
            }
        }
        try Isolation.apply(server)
        applied = server
        return true
    }

    /// Follows the server to another address.
    mutating func refresh(_ address: ServerAddress) throws(AgentError) {
        guard isIsolated else { return }
        let server = Self.server(address)
        guard !server.addresses.isEmpty, server != applied else { return }
        try Isolation.apply(server)
        applied = server
    }

    private static func server(_ address: ServerAddress) -> Isolation.Server {
        let addresses = NumericAddress.resolve(address.host)
        return Isolation.Server(
            addresses: addresses.sorted(), port: address.port, isNamed: NumericAddress(address.host) == nil)
    }
}
