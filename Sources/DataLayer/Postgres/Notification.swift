/// What a subscriber of a channel receives.
public enum Notification: Sendable, Hashable {
    /// LISTEN has taken effect: at first, and again after each reconnect. Whatever was sent before may
    /// have been missed, so look at the tables once.
    case subscribed
    /// The connection is lost: until the next `.subscribed`, messages are missed.
    case interrupted
    /// A NOTIFY with its payload (empty when it had none).
    case message(String)
}
