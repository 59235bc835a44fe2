import Domain
import FoundationEssentials
import Postgres
import Risk
import Scanner

/// Makes patches of what advisories say is fixed in which version, within the transaction that changes the advisories.
/// What a package has is derived anew as a whole whenever one of its advisories changes, so the catalogue follows from
/// the advisories, in whatever order these came.
///
/// Where a distribution has published a notice (`DSA-5532-1`), that is the patch; elsewhere it is the upload: the source
/// package and its version.
struct PatchDerivation {
    let connection: Connection

    /// Packages whose advisories an import touches.
    static let table = "CREATE TEMP TABLE stage_touched (ecosystem text, package text) ON COMMIT DROP"

    /// Between the advisories and their packages, whose rows are still those of before.
    static let touchedBefore = """
        INSERT INTO stage_touched
        SELECT DISTINCT p.ecosystem, p.name
        FROM changed_advisories AS c
        JOIN advisory_packages AS p ON p.advisory_id = c.id
        UNION
        SELECT DISTINCT s.ecosystem, s.name
        FROM changed_advisories AS c
        JOIN stage_packages AS s USING (source, advisory_id)
        """

    /// Derives the patches of what is in `stage_touched`.
    func run() async throws {
        let ecosystems = try await connection.query("SELECT DISTINCT ecosystem FROM stage_touched")
            .map { try $0.decode(0, as: String.self) }
        if ecosystems.contains("windows") { try await WindowsPatches(connection: connection).run() }
        let patched = ecosystems.filter { Self.kind(of: Ecosystem(osv: $0)) != nil }
        if patched.isEmpty { return }
        try await connection.run(
            [Statement(Self.packages, [.textArray(patched)])]
                + ["ANALYZE patch_touched", Self.rows, "ANALYZE patch_rows", Self.uploads, Self.keys].map {
                    Statement($0)
                })
        try await writeKeys()
        try await connection.run(
            (["ANALYZE patch_keys"] + Self.merge).map { Statement($0) })
    }

    /// Nil where what is fixed is no patch of a machine: a library of a language's registry.
    static func kind(of ecosystem: Ecosystem) -> PatchKind? {
        if ecosystem.isDistribution { return .distributionUpdate }
        if ecosystem.family == ProductName.ecosystem { return .application }
        return OperatingSystem.appleSystems.contains(ecosystem.family) ? .appleRelease : nil
    }

    /// Packages that are read together.
    private static let chunk = 20_000

    private func writeKeys() async throws {
        _ = try await connection.query("DECLARE patch_cursor NO SCROLL CURSOR FOR \(Self.groups)")
        var keys = PatchKeys()
        while true {
            let rows = try await connection.query("FETCH \(Self.chunk) FROM patch_cursor")
            if rows.isEmpty { break }
            for row in rows { try keys.add(row) }
            if let statement = keys.flush() { try await connection.run([statement]) }
        }
        _ = try await connection.query("CLOSE patch_cursor")
        keys.finish()
        if let statement = keys.flush() { try await connection.run([statement]) }
    }
}

/// Fixed versions as they are read, package by package, and the rows of `patch_keys` that they become.
private struct PatchKeys {
    /// A fixed version of the package that is being read.
    private struct Version {
        var introduced: Set<String?> = []
        var notices: Set<String> = []
        var uploads: Set<String> = []
    }

    private struct Package: Hashable {
        let ecosystem: String
        let name: String
        let stream: String
    }

    private var package: Package?
    private var versions: [String: Version] = [:]
    private var rows: [[String?]] = []
    private var reboots: [Bool] = []

    mutating func add(_ row: Row) throws {
        let place = Package(ecosystem: try row.decode(0), name: try row.decode(1), stream: try row.decode(2))
        if let package, package != place { finish() }
        package = place
        let fixed: String = try row.decode(3)
        versions[fixed, default: Version()].introduced.insert(try row.decode(4))
        if let notice = try row.decode(5, as: String?.self) { versions[fixed]?.notices.insert(notice) }
        versions[fixed]?.uploads.insert(try row.decode(6))
    }

    mutating func finish() {
        guard let package else { return }
        let ecosystem = Ecosystem(osv: package.ecosystem)
        let ranges = versions.flatMap { fixed, version in
            version.introduced.map { PatchLines.Range(introduced: $0, fixed: fixed) }
        }
        let lines = PatchLines(ranges, scheme: ecosystem.scheme)
        let needsReboot = FixPlan.needsReboot(package.name, ecosystem: package.ecosystem)
        for (fixed, version) in versions {
            guard let place = lines.places[fixed] else { continue }
            let upload = version.uploads.min { ($0.utf8.count, $0) < ($1.utf8.count, $1) } ?? package.name
            let names = Self.names(upload, ecosystem)
            let numbers = version.notices.isEmpty ? ["\(names.path)/\(fixed)"] : version.notices
            for number in numbers {
                rows.append([
                    package.ecosystem, package.name, package.stream, fixed, number,
                    PatchDerivation.kind(of: ecosystem)?.rawValue, "\(names.title) \(fixed)", place.head, place.next,
                ])
                reboots.append(needsReboot)
            }
        }
        self.package = nil
        versions = [:]
    }

    /// How an upload is numbered and called: `debian/openssl` and `openssl`.
    private static func names(_ upload: String, _ ecosystem: Ecosystem) -> (path: String, title: String) {
        guard ecosystem.family == ProductName.ecosystem, let words = FixedProduct.words(upload) else {
            return ("\(ecosystem.family)/\(upload)", upload)
        }
        let title = words.product.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }
        return ("\(words.vendor)/\(words.product)", title.joined(separator: " "))
    }

    /// Those since the last time; nil for none.
    mutating func flush() -> Statement? {
        if rows.isEmpty { return nil }
        defer { (rows, reboots) = ([], []) }
        return Statement(
            """
            INSERT INTO patch_keys
            SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
              $8::text[], $9::text[], $10::boolean[])
            """, (0..<9).map { column in .textArray(rows.map { $0[column] }) } + [.boolArray(reboots)])
    }
}
