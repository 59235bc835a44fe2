/// What somebody has decided on a vulnerability in a package: a VEX statement, an exception.
public struct Disposition: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Codable {
        case vex, exception
    }

    public var kind: Kind
    /// Whose it is: the document's id, the owner of the exception.
    public var authority: String
    /// The reason given.
    public var reason: String

    public init(kind: Kind, authority: String, reason: String) {
        self.kind = kind
        self.authority = authority
        self.reason = reason
    }
}
