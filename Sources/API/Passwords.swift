import Dispatch
import Identity

/// Password hashing takes tens of milliseconds and megabytes on purpose; it runs on threads of its
/// own, two at a time, so that sign-ins never hold up other requests.
public enum Passwords {
    private static let queue = DispatchQueue(label: "garrison.passwords", attributes: .concurrent)
    private static let slots = DispatchSemaphore(value: 2)

    /// Hashes a new password.
    public static func hash(_ password: String) async throws -> PasswordHash {
        try await run { try PasswordHash(password: password) }
    }

    /// Whether a password is the one that was hashed.
    /// - Parameter hash: nil for an unknown user; takes as long and is never true.
    public static func verify(_ password: String, against hash: PasswordHash?) async -> Bool {
        let answer = try? await run { hash?.verify(password) ?? PasswordHash.rejectUnknownUser(password) }
        return answer ?? false
    }

    private static func run<Answer: Sendable>(_ body: @escaping @Sendable () throws -> Answer) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                slots.wait()
                defer { slots.signal() }
                continuation.resume(with: Result { try body() })
            }
        }
    }
}
