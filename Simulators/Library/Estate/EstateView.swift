/// What one vendor truly knows of an estate's machines, in words that all vendors' truths are compared in. What it sends
/// malformed nobody can know; it is left out.
public struct EstateView: Sendable, Hashable {
    public struct Alert: Sendable, Hashable {
        public let device: String
        /// `new`, `in_progress` or `resolved`.
        public let status: String
    }

    /// The machine that each listed device is.
    public var devices: [String: Int] = [:]
    /// The machine that each device is or was.
    public var everKnown: [String: Int] = [:]
    /// Name and version of what is installed, in lower case, by device; nothing for a vendor that does not say.
    public var software: [String: Set<String>] = [:]
    public var alerts: [String: Alert] = [:]

    public init() {}
}

/// A vendor that knows machines of an estate.
public protocol EstateSimulator: Simulator {
    var view: EstateView { get }
    /// Lets time pass: about so many changes.
    func live(_ changes: Int, seed: UInt64)
    /// Somebody sets an alert's status in the vendor's console: `new`, `in_progress` or `resolved`.
    func work(on alert: String, status: String)
    /// Whether the credentials may change alerts.
    func permitWork(_ isPermitted: Bool)
}
