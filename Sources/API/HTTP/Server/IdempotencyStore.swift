import Domain
import HTTPTypes

/// Remembers what requests with an `Idempotency-Key` were answered, so that a repeated one gets the
/// same answer and does nothing.
public protocol IdempotencyStore: Sendable {
    /// Claims the key for a request, or tells what became of the earlier one. Must be atomic.
    func begin(_ key: IdempotencyKey) async throws -> IdempotencyOutcome
    /// Keeps the answer for later repetitions.
    func complete(_ key: IdempotencyKey, with response: StoredResponse) async throws
    /// Gives the claim back: the request failed in a way that repeating may cure.
    func abandon(_ key: IdempotencyKey) async throws
}

/// A key of one principal, together with what the request asked for.
public struct IdempotencyKey: Sendable, Hashable {
    public let tenant: TenantID
    public let subject: Principal.Subject
    /// As the client sent it.
    public let key: String
    /// Of method, target and body: another one under the same key is an error of the client.
    public let fingerprint: String

    public init(tenant: TenantID, subject: Principal.Subject, key: String, fingerprint: String) {
        self.tenant = tenant
        self.subject = subject
        self.key = key
        self.fingerprint = fingerprint
    }
}

/// What is known of a key.
public enum IdempotencyOutcome: Sendable {
    /// The key is new and now claimed: go on.
    case claimed
    /// The same request was answered before.
    case replay(StoredResponse)
    /// The same request is being answered now.
    case inProgress
    /// The key belongs to another request.
    case mismatch
}

/// An answer to be repeated.
public struct StoredResponse: Sendable, Hashable {
    public let status: Int
    public let contentType: String?
    public let location: String?
    public let body: [UInt8]

    public init(status: Int, contentType: String?, location: String?, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.location = location
        self.body = body
    }
}
