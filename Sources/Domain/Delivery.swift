/// What came of one attempt to deliver a message to a system outside.
public enum Delivery: Sendable, Equatable {
    case accepted
    /// Another attempt may succeed.
    /// - Parameter retryAfter: seconds that the receiver asks for.
    case failed(reason: String, retryAfter: Double? = nil)
    /// No attempt will succeed until somebody changes something.
    case refused(reason: String)
}
