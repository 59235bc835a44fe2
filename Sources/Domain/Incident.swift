/// How far an incident is.
public enum IncidentStatus: String, Sendable, Codable, CaseIterable {
    case open, investigating, contained, resolved
}

public typealias IncidentID = Identifier<Incident>
public typealias AlertID = Identifier<Alert>

public enum Incident {}
public enum Alert {}
