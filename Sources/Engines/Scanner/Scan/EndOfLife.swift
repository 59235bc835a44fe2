import Domain
import FoundationEssentials

/// When releases of operating systems leave security support: `end-of-life.json`.
public struct EndOfLife: Sendable {
    private struct Document: Codable {
        var releases: [String: String]
        var windows: [String: String]
    }

    public static let standard = EndOfLife(json: Data(PackageResources.end_of_life_json))

    private let days: [String: String]
    /// By the product's name, the longest first: `windows server 2008 r2` is no `windows server 2008`.
    private let windows: [(name: String, day: String)]

    /// A document that cannot be read knows nothing.
    init(json: Data) {
        let document = try? JSONDecoder().decode(Document.self, from: json)
        days = document?.releases ?? [:]
        windows = (document?.windows ?? [:]).map { ($0.key, $0.value) }.sorted { $0.name.count > $1.name.count }
    }

    /// The last day of support, `2024-06-30`; nil for releases that are not in the table.
    public func end(of system: Ecosystem) -> String? { days[system.description] }

    /// The same for a system as an inventory has it.
    /// - Parameter name: a Windows' product name, which tells its release.
    public func end(id: String, name: String, version: String) -> String? {
        id == "windows" ? end(ofWindows: name) : end(of: Ecosystem(osv: "\(id):\(version)"))
    }

    /// Of a product by its name. Releases of the long-term channel have days of their own, which their names do not
    /// tell.
    private func end(ofWindows product: String) -> String? {
        let name = product.lowercased().replacing("microsoft ", with: "")
        if ["ltsc", "ltsb", "iot"].contains(where: name.contains) { return nil }
        return windows.first { entry in
            name.hasPrefix(entry.name) && name.dropFirst(entry.name.count).first.map { $0 == " " || $0 == "," } ?? true
        }?.day
    }

    /// Whether support has ended by this day; nil where it is not known.
    public static func hasEnded(_ end: String?, on date: Date) -> Bool? {
        end.map { $0 < date.formatted(.iso8601).prefix(10) }
    }

    func end(of target: ScanTarget) -> String? {
        let windows = target.packages.first { $0.type == InstalledPackage.windowsType }
        return windows.map { end(ofWindows: $0.name) } ?? end(of: target.ecosystem)
    }
}
