/// A machine that another one has seen on its network.
public struct NetworkNeighbour: Sendable, Codable, Hashable {
    public var address: String
    /// Lower case with colons; nil behind a router.
    public var mac: String?

    public init(address: String, mac: String?) {
        self.address = address
        self.mac = mac
    }
}
