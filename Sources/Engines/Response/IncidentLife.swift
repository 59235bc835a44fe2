import Domain

/// How an incident follows its alerts, and they it.
public enum IncidentLife {
    /// An alert whose status is another than the one that its incident has followed.
    public struct Change: Sendable, Hashable {
        public let status: AlertReport.Status
        /// Nil for one that has just come into the incident.
        public let before: AlertReport.Status?
        /// Garrison has asked the vendor to resolve it, and that is not done yet: what the vendor says is older than that.
        public let isBeingResolved: Bool

        public init(status: AlertReport.Status, before: AlertReport.Status?, isBeingResolved: Bool) {
            self.status = status
            self.before = before
            self.isBeingResolved = isBeingResolved
        }
    }

    /// The status that an incident comes to by changes of its alerts; nil where it stays.
    ///
    /// - An alert that is open again, or comes late and is open, opens a resolved incident, unless it is being resolved.
    /// - When an alert was resolved and all are, the incident is. That all *are* resolved is not enough: a person who opened
    ///   the incident again is not overruled by alerts that have not changed.
    public static func status(
        _ now: IncidentStatus, after changes: [Change], allResolved: Bool
    ) -> IncidentStatus? {
        let opened = changes.contains { isOpen($0.status) && !$0.isBeingResolved }
        if now == .resolved { return opened ? .open : nil }
        let closed = changes.contains { $0.status == .resolved && $0.before != .resolved }
        return closed && allResolved ? .resolved : nil
    }

    public static func isOpen(_ status: AlertReport.Status) -> Bool { status == .new || status == .inProgress }

    /// An incident's, from its alerts': what is only for information is low.
    public static func severity(_ severities: some Collection<AlertReport.Severity>) -> Severity {
        if severities.contains(.critical) { return .critical }
        if severities.contains(.high) { return .high }
        return severities.contains(.medium) ? .medium : .low
    }
}
