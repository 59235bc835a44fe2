import Domain
import FoundationEssentials

/// The rows of osquery's tables as packages.
final class OsqueryPackages {
    private let host: OsqueryHost
    private let limits: DocumentLimits
    /// Rows that name no version, or hold what no name or version is.
    private(set) var unusable = 0
    private var seen: Set<InstalledPackage> = []
    private var packages: [InstalledPackage] = []
    private let signers: [String: String]

    init(_ host: OsqueryHost, _ limits: DocumentLimits) {
        self.host = host
        self.limits = limits
        signers = Dictionary(
            host.rows(.signatures).compactMap { row in
                guard let path = row["path"], let signer = row["authority", "team_identifier"] else { return nil }
                return (path, signer)
            }, uniquingKeysWith: { first, _ in first })
    }

    func all() throws(DocumentError) -> [InstalledPackage] {
        for table in OsqueryTable.allCases {
            for row in host.rows(table) { try take(row, of: table) }
        }
        return packages
    }

    private func take(_ row: JSONRow, of table: OsqueryTable) throws(DocumentError) {
        let package: InstalledPackage?
        switch table {
        case .deb: package = deb(row)
        case .rpm: package = rpm(row)
        case .apps: package = app(row)
        case .programs: package = program(row)
        case .homebrew: package = plain(row, type: "homebrew")
        case .python: package = plain(row, type: "pypi", vendor: row["author"])
        case .npm: package = plain(row, type: "npm")
        case .extensions: package = browserExtension(row)
        case .signatures, .hotfixes, .system, .computer, .kernel: return
        }
        guard let package else { return }
        guard !package.version.isEmpty, PackageList.isUsable(package, limits) else { return unusable += 1 }
        guard seen.insert(package).inserted else { return }
        guard packages.count < limits.packages else { throw .tooMany("packages", limit: limits.packages) }
        packages.append(package)
    }

    private func plain(_ row: JSONRow, type: String, vendor: String? = nil) -> InstalledPackage {
        InstalledPackage(type: type, name: row["name"] ?? "", version: row["version"] ?? "", vendor: vendor)
    }

    /// `source` is `name` or `name (version)`; packages that are not unpacked have another status.
    private func deb(_ row: JSONRow) -> InstalledPackage? {
        if let status = row["status"], !status.hasSuffix(" installed"), status != "installed" { return nil }
        var package = plain(
            row, type: "deb", vendor: row["maintainer"].map { DocumentText.trimmed($0.prefix { $0 != "<" }) })
        package.architecture = row["arch"]
        if let source = row["source"] {
            let name = source.prefix { $0 != " " }
            let version = source.dropFirst(name.count).drop { $0 == " " || $0 == "(" }.prefix { $0 != ")" }
            package.setSource(String(name), version: String(version))
        }
        return package
    }

    private func rpm(_ row: JSONRow) -> InstalledPackage? {
        guard let name = row["name"], name != "gpg-pubkey", let version = row["version"] else {
            if row["name"] == nil { unusable += 1 }
            return nil
        }
        let epoch = row["epoch"].flatMap { $0 == "0" || Int($0) == nil ? nil : "\($0):" } ?? ""
        let release = row["release"].map { "-\($0)" } ?? ""
        var package = InstalledPackage(
            type: "rpm", name: name, version: epoch + version + release, architecture: row["arch"],
            vendor: row["vendor"])
        if let file = row["source"].flatMap({ RPMFileName($0) }) {
            package.setSource(file.name, version: file.version(epochOf: package.version))
        }
        package.installDate = date(row["install_time"])
        return package
    }

    /// `Firefox.app` is called Firefox; the short version is what its maker calls a release.
    private func app(_ row: JSONRow) -> InstalledPackage {
        let file = row["name"] ?? ""
        let name = row["display_name", "bundle_name"] ?? (file.hasSuffix(".app") ? String(file.dropLast(4)) : file)
        let version = row["bundle_short_version", "bundle_version", "version"] ?? ""
        return InstalledPackage(
            type: "macos-app",
            name: file.isEmpty ? name : String(file.hasSuffix(".app") ? file.dropLast(4) : file[...]),
            version: version, vendor: row["vendor"], bundleIdentifier: row["bundle_identifier"],
            signer: row["authority"] ?? row["path"].flatMap { signers[$0] })
    }

    private func program(_ row: JSONRow) -> InstalledPackage {
        var package = plain(row, type: "windows-program", vendor: row["publisher"])
        package.installDate = row["install_date"].flatMap(Self.compactDay)
        return package
    }

    private func browserExtension(_ row: JSONRow) -> InstalledPackage {
        var package = plain(row, type: "chrome-extension", vendor: row["author"])
        package.bundleIdentifier = row["identifier"]
        return package
    }

    private func date(_ seconds: String?) -> Date? {
        guard let seconds = seconds.flatMap(Double.init), seconds > 0, seconds < 1e11 else { return nil }
        return Date(timeIntervalSince1970: seconds)
    }

    /// Windows' registry has `20240131`.
    private static func compactDay(_ text: String) -> Date? {
        guard text.utf8.count == 8, text.allSatisfy(\.isNumber) else { return nil }
        let digits = Array(text)
        return RFC3339.date("\(String(digits[0..<4]))-\(String(digits[4..<6]))-\(String(digits[6...]))T00:00:00Z")
    }
}
