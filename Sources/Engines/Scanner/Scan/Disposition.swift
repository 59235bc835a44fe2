import Domain

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

/// What somebody has decided on a vulnerability in an installed package that would be reported with an explanation.
public typealias DispositionLookup = (
    _ vulnerability: String, _ package: InstalledPackage, _ why: Explanation
) -> Disposition?
