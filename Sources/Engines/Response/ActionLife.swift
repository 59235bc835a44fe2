import Domain

/// How far an action has come: events in, the next state out. Whatever happens in whatever order, it is sent at most once.
public struct ActionLife: Sendable, Hashable {
    public let status: ActionStatus
    /// What came of it, as a sentence.
    public let message: String?

    public init(_ status: ActionStatus = .pending, message: String? = nil) {
        self.status = status
        self.message = message
    }

    public enum Event: Sendable, Hashable {
        /// A worker, or the device, is about to act on it.
        case taken
        /// What the source says of it, to the request or to a question.
        case answered(ActionState)
        /// It is certain that the source has not got it, and it will not.
        case refused(String)
        /// It is certain that the source has not got it; it may later.
        case putOff(String)
        /// The worker that was sending it is gone.
        case vanished
        /// There is no more time for it.
        case overdue
        /// The connector is gone.
        case orphaned
        /// A person takes it back before it is sent.
        case withdrawn(String)
    }

    /// - Returns: nil where the event changes nothing.
    public func after(_ event: Event) -> ActionLife? {
        switch (status, event) {
        case (.pending, .taken): ActionLife(.sending)
        case (.pending, .withdrawn(let reason)): ActionLife(.failed, message: reason)
        case (.pending, .overdue): ActionLife(.failed, message: notInTime)
        case (.sending, .putOff(let reason)): ActionLife(.pending, message: reason)
        case (.sending, .refused(let reason)): ActionLife(.failed, message: reason)
        case (.sending, .vanished):
            ActionLife(
                .unknown, message: "The program stopped while it was sending this: whether it was sent cannot be told.")
        case (.sending, .answered(let state)), (.inProgress, .answered(let state)), (.unknown, .answered(let state)):
            changed(by: state)
        // The answer of a worker that was taken for dead.
        case (.unknown, .refused(let reason)), (.unknown, .putOff(let reason)): ActionLife(.failed, message: reason)
        case (.pending, .orphaned): ActionLife(.failed, message: "The connector was removed before it was sent.")
        case (.inProgress, .orphaned):
            ActionLife(.unknown, message: "The connector was removed: nobody can be asked how it stands.")
        case (.inProgress, .overdue):
            ActionLife(.unknown, message: "It was not done in time, and nobody asks any more how it stands.")
        default: nil
        }
    }

    private var notInTime: String {
        let reason = message.map { " The last attempt: \($0)" } ?? ""
        return "It could not be sent in time.\(reason)"
    }

    private func changed(by state: ActionState) -> ActionLife? {
        let next: ActionLife =
            switch state {
            case .pending, .inProgress: ActionLife(.inProgress)
            case .completed(let result): ActionLife(.completed, message: result)
            case .failed(let reason): ActionLife(.failed, message: reason)
            case .unknown(let reason): ActionLife(.unknown, message: reason)
            }
        return next.status == status && (next.message == message || status == .inProgress) ? nil : next
    }
}
