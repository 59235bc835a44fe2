import Domain

/// What a person entered for one connector.
public struct ConnectorConfiguration: Sendable {
    private let settings: [String: String]
    private let secrets: [String: String]

    public init(settings: [String: String], secrets: [String: String]) {
        self.settings = settings
        self.secrets = secrets
    }

    /// Nil where nothing was entered.
    subscript(_ name: String) -> String? {
        settings[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    var names: [String] { settings.keys.sorted() + secrets.keys.sorted() }

    func required(_ name: String) throws(ConnectorError) -> String {
        guard let value = self[name] else { throw .setting(name: name, reason: "it is missing") }
        return value
    }

    func requiredSecret(_ name: String) throws(ConnectorError) -> String {
        guard let value = secrets[name], !value.isEmpty else { throw .setting(name: name, reason: "it is missing") }
        return value
    }

    /// Nil where none was entered; not every kind of credentials needs every secret.
    func secret(_ name: String) -> String? {
        secrets[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// `true` or `false`.
    func flag(_ name: String) throws(ConnectorError) -> Bool? {
        switch self[name]?.lowercased() {
        case nil: return nil
        case "true", "yes", "on": return true
        case "false", "no", "off": return false
        default: throw .setting(name: name, reason: "it must be true or false")
        }
    }

    /// One of several words.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, of type: Choice.Type
    ) throws(ConnectorError) -> Choice? where Choice.RawValue == String {
        guard let text = self[name] else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw .setting(name: name, reason: "“\(text)” is none of \(words)")
        }
        return choice
    }

    func number(_ name: String, in range: ClosedRange<Int>) throws(ConnectorError) -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw .setting(
                name: name, reason: "it must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Separated by commas, without the blanks around them.
    func list(_ name: String) -> [String] {
        (self[name] ?? "").split(separator: ",").map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        .filter { !$0.isEmpty }
    }

    /// `eu-1=https://…, us-2=https://…`
    func pairs(_ name: String) throws(ConnectorError) -> [(String, String)] {
        var pairs: [(String, String)] = []
        for part in self[name]?.split(separator: ",") ?? [] {
            let sides = part.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " } }
            guard sides.count == 2 else { throw .setting(name: name, reason: "it must be NAME=URL, NAME=URL") }
            pairs.append((sides[0], sides[1]))
        }
        return pairs
    }
}
