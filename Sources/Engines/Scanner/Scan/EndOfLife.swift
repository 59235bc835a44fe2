import Domain
import FoundationEssentials

/// When releases of operating systems left security support: `end-of-life.json`.
struct EndOfLife: Sendable {
    private struct Document: Codable {
        var releases: [String: String]
    }

    static let standard = EndOfLife(json: Data(PackageResources.end_of_life_json))

    private let days: [String: String]

    /// A document that cannot be read knows nothing.
    init(json: Data) { days = (try? JSONDecoder().decode(Document.self, from: json))?.releases ?? [:] }

    var count: Int { days.count }

    /// The last day of support, `2024-06-30`; nil for releases that are not in the table.
    func end(of system: Ecosystem) -> String? { days[system.description] }
}
