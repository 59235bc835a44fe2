import Domain
import Versions

/// Alpine's security database: one file for each release and repository, as JSON or, as it was published
/// until 2020, YAML. https://secdb.alpinelinux.org/
///
/// One advisory is emitted for each package and vulnerability of a release. A version `0` says that the
/// package never was affected.
public struct AlpineImporter: FeedImporter {
    public static var source: IntelligenceSource { .alpine }

    public init() {}

    public func read(_ input: any ByteSource, emit: (IntelligenceRecord) throws -> Void) throws -> FeedSummary {
        var summary = FeedSummary(source: .alpine, format: "Alpine security database")
        summary.notes.append("The security database carries no date.")
        let input = PeekableSource(input)
        if try FeedText.startsWithJSON(input) {
            try readJSON(input, &summary, emit)
        } else {
            try readYAML(input, &summary, emit)
        }
        return summary
    }

    private func readJSON(
        _ input: any ByteSource, _ summary: inout FeedSummary, _ emit: (IntelligenceRecord) throws -> Void
    ) throws {
        let reader = JSONReader(input)
        var release = ""
        var repository = ""
        // The packages may come before the release that they are of; a file of them is small.
        var packages: [AlpinePackage] = []
        try reader.object { key in
            switch key {
            case "distroversion": release = try reader.string()
            case "reponame": repository = try reader.string()
            case "packages":
                try reader.array {
                    var package = AlpinePackage()
                    do {
                        try package.read(reader)
                        packages.append(package)
                    } catch let error as IntelligenceError where error.isRecoverable {
                        summary.reject(reader.location, reason: error.message)
                    }
                }
            default: break
            }
        }
        try reader.finish()
        guard !release.isEmpty else { throw reader.malformed("it does not say of which release it is") }
        for package in packages { try emitAll(package, release, repository, &summary, emit) }
    }

    private func readYAML(
        _ input: any ByteSource, _ summary: inout FeedSummary, _ emit: (IntelligenceRecord) throws -> Void
    ) throws {
        let reader = AlpineYAML(input)
        while let package = try reader.next() {
            guard !reader.release.isEmpty else { throw reader.malformed("it does not say of which release it is") }
            try emitAll(package, reader.release, reader.repository, &summary, emit)
        }
        guard !reader.release.isEmpty else { throw reader.malformed("it does not say of which release it is") }
    }

    private func emitAll(
        _ package: AlpinePackage, _ release: String, _ repository: String, _ summary: inout FeedSummary,
        _ emit: (IntelligenceRecord) throws -> Void
    ) throws {
        guard !package.name.isEmpty else {
            summary.reject("", reason: "a package has no name")
            return
        }
        let ecosystem = Ecosystem(family: "alpine", release: release)
        for (id, version) in package.fixes(&summary) {
            let isUnaffected = version == "0"
            let affected = AffectedPackage(
                ecosystem: ecosystem, name: package.name,
                ranges: isUnaffected ? [] : [VersionRange(introduced: "0", fixed: version)],
                state: isUnaffected ? .notAffected : .affected)
            let advisory = Advisory(
                id: "\(ecosystem.release)/\(repository)/\(package.name)/\(id)", source: .alpine,
                vulnerabilities: [id], affected: [affected])
            let parsed = ParsedRecord.accepted(.advisory(advisory), modified: nil)
            try summary.take(parsed, at: package.name).map { try emit($0) }
        }
    }
}

/// A package of the database: its versions with what each fixes.
struct AlpinePackage {
    var name = ""
    var versions: [(version: String, ids: [String])] = []

    private static let longest = 256

    mutating func read(_ reader: JSONReader) throws {
        try reader.object { key in
            guard key == "pkg" else { return }
            try reader.object { key in
                if key == "name" { name = try reader.string() }
                guard key == "secfixes", try !reader.null() else { return }
                try reader.object { version in
                    var ids: [String] = []
                    if try !reader.null() { try reader.array { ids.append(try reader.string()) } }
                    versions.append((version, ids))
                }
            }
        }
    }

    /// What is fixed, and in which version: of several versions with one id the highest, since a fix that is
    /// repeated was not complete before.
    func fixes(_ summary: inout FeedSummary) -> [(id: String, version: String)] {
        var fixes: [String: String] = [:]
        var order: [String] = []
        for (version, ids) in versions {
            guard version.utf8.count <= Self.longest, Versions.isValid(version, scheme: .apk) == nil || version == "0"
            else {
                summary.reject("\(name) \(version)", reason: "it is no version of a package")
                continue
            }
            for id in ids.flatMap(Self.ids) {
                if let other = fixes[id] {
                    let isHigher = Versions.compare(version, other, scheme: .apk) == .greater
                    if isHigher { fixes[id] = version }
                } else {
                    fixes[id] = version
                    order.append(id)
                }
            }
        }
        return order.map { ($0, fixes[$0, default: "0"]) }
    }

    /// An entry may name several ids of one vulnerability and remark on them:
    /// `CVE-2017-1234 XSA-12 (+ regression)`. CVE ids count; where there are none, the first word.
    private static func ids(_ entry: String) -> [String] {
        let words = entry.split { $0 == " " || $0 == "," || $0 == "(" || $0 == ")" }.map(String.init)
        let cves = words.compactMap { CVE.id($0) }
        return cves.isEmpty ? words.prefix(1).filter { $0.utf8.count <= longest } : cves
    }
}
