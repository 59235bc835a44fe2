/// Where connections may go. Addresses of interfaces are entered by tenants' administrators, and this program must not be
/// made to ask what only it can reach.
///
/// A refusal is a part of a sentence behind the host; nil where nothing speaks against it.
public struct ConnectionTargets: Sendable {
    /// Asked before each request: a name may lead elsewhere by now.
    let refusalOfHost: @Sendable (_ host: String) async -> String?
    /// Asked about where a connection really leads, in case the name led elsewhere a moment later.
    let refusalOfAddress: @Sendable (_ address: String) -> String?

    /// Anywhere.
    public init() {
        refusalOfHost = { _ in nil }
        refusalOfAddress = { _ in nil }
    }

    public init(
        host: @escaping @Sendable (_ host: String) async -> String?,
        address: @escaping @Sendable (_ address: String) -> String?
    ) {
        refusalOfHost = host
        refusalOfAddress = address
    }
}

/// A connection that led to where none may go.
struct BarredConnection: Error {
    let reason: String
}
