import Domain
import FoundationEssentials

/// Which alerts are one incident: of one machine, with a technique, a threat or a file in common, not far apart in time.
public struct IncidentGrouping: Sendable, Hashable {
    /// Seconds that alerts of one incident may be apart.
    public var window: Double

    public init(window: Double) { self.window = window }

    /// What an alert is recognised by.
    public struct Sign: Sendable, Hashable {
        public let endpoint: EndpointID
        public let keys: Set<String>
        public let detected: Date

        public init(endpoint: EndpointID, keys: Set<String>, detected: Date) {
            self.endpoint = endpoint
            self.keys = keys
            self.detected = detected
        }
    }

    /// What is known of an incident that an alert may belong to.
    public struct Candidate: Sendable, Hashable {
        public let id: UUID
        public let endpoint: EndpointID
        public var keys: Set<String>
        public var first: Date
        public var last: Date
        /// Nil for one that is not resolved.
        public let resolved: Date?

        public init(id: UUID, endpoint: EndpointID, keys: Set<String>, first: Date, last: Date, resolved: Date? = nil) {
            self.id = id
            self.endpoint = endpoint
            self.keys = keys
            self.first = first
            self.last = last
            self.resolved = resolved
        }
    }

    /// The incident that an alert belongs to; nil where it is a new one. Of several the one with the newest alert. What was
    /// raised after an incident was resolved is no part of it.
    public func place(_ sign: Sign, among candidates: [Candidate]) -> Candidate? {
        candidates.filter { candidate in
            candidate.endpoint == sign.endpoint && !candidate.keys.isDisjoint(with: sign.keys)
                && sign.detected >= candidate.first.addingTimeInterval(-window)
                && sign.detected <= candidate.last.addingTimeInterval(window)
                && candidate.resolved.map { sign.detected <= $0 } ?? true
        }.max { ($0.last, $0.id.uuidString) < ($1.last, $1.id.uuidString) }
    }

    /// What two alerts may have in common: a technique of ATT&CK (a sub-technique is its technique), a threat's name, a
    /// file. An alert that names none of these has its title.
    public static func keys(techniques: [String], threat: String?, sha256: String?, title: String) -> Set<String> {
        var keys: Set<String> = []
        for technique in techniques where !technique.isEmpty {
            keys.insert(
                "technique:" + (technique.split(separator: ".").first.map(String.init) ?? technique).uppercased())
        }
        if let threat, !threat.isEmpty { keys.insert("threat:" + threat.lowercased()) }
        if let sha256, !sha256.isEmpty { keys.insert("file:" + sha256.lowercased()) }
        return keys.isEmpty ? ["title:" + title.lowercased()] : keys
    }
}
