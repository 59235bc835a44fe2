/// An error a person can act on. Every module's error enum conforms; the command line prints
/// `message`, and the API puts `code` into the problem document's `type`.
public protocol UserFacingError: Error, Sendable, CustomStringConvertible {
    /// Stable, `noun.condition`: `inventory.truncated`.
    var code: String { get }
    /// One or two sentences: what is wrong, and what to do about it. Never holds a secret.
    var message: String { get }
}

extension UserFacingError {
    public var description: String { message }
}
