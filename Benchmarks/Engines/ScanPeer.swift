import CZlib
import Foundation

/// Another scanner of this machine, ready to scan a host with the same vulnerabilities.
struct ScanPeer {
    let name: String
    let program: Program

    /// Those that are here, each with the data in its own format.
    static func all(
        _ distribution: SyntheticDistribution, _ folder: URL, root: String, status: String
    ) async throws -> [ScanPeer] {
        let debsecan = try debsecan(distribution, folder, status: status)
        let trivy = try await trivy(distribution, folder, root: root)
        return [debsecan, trivy].compactMap { $0 }
    }

    private static func debsecan(
        _ distribution: SyntheticDistribution, _ folder: URL, status: String
    ) throws -> ScanPeer? {
        let path = "/usr/bin/debsecan"
        guard FileManager.default.isExecutableFile(atPath: path) else { return nil }
        let feed = folder.appending(path: "debsecan")
        if !FileManager.default.fileExists(atPath: feed.path) {
            try FileManager.default.createDirectory(at: feed, withIntermediateDirectories: true)
            try Data(try distribution.debsecanFeed()).write(to: feed.appending(path: "bookworm"))
        }
        let arguments = [
            "--suite", "bookworm", "--source", "file://\(feed.path)/", "--status", status, "--format", "simple",
        ]
        return ScanPeer(name: "debsecan", program: Program(path, arguments))
    }

    /// `scripts/compare-scanners` fetches Trivy once and writes its database.
    private static func trivy(
        _ distribution: SyntheticDistribution, _ folder: URL, root: String
    ) async throws -> ScanPeer? {
        let cache = folder.appending(path: "trivy").path
        let place = folder.appending(path: "trivy.path")
        if !FileManager.default.fileExists(atPath: place.path) {
            let rows = folder.appending(path: "rows.tsv")
            let lines = distribution.rows.map { row in
                "\(distribution.sources[row.source].name)\t\(row.cve)\t\(row.fixed ?? "")\n"
            }
            try Data(lines.joined().utf8).write(to: rows)
            let script = Program("scripts/compare-scanners", ["--trivy-database", rows.path, cache])
            guard let found = try? await script.run() else { return nil }
            try Data(found.utf8).write(to: place)
        }
        let path = String(decoding: try Data(contentsOf: place), as: UTF8.self).trimmingCharacters(
            in: .whitespacesAndNewlines)
        guard FileManager.default.isExecutableFile(atPath: path) else { return nil }
        let arguments = [
            "rootfs", "--quiet", "--cache-dir", cache, "--skip-db-update", "--skip-java-db-update", "--offline-scan",
            "--scanners", "vuln", "--pkg-types", "os", "--format", "json", root,
        ]
        return ScanPeer(name: "Trivy", program: Program(path, arguments))
    }
}

extension SyntheticDistribution {
    /// debsecan's format, `VERSION 1`: vulnerabilities, then packages with their state, compressed.
    func debsecanFeed() throws -> [UInt8] {
        let names = Set(rows.map(\.cve)).sorted()
        let places = Dictionary(uniqueKeysWithValues: zip(names, 0...))
        var text = "VERSION 1\n"
        for name in names { text += "\(name),,a flaw that allows a denial of service\n" }
        text += "\n"
        for row in rows {
            let state = "SMR\(row.fixed == nil ? " " : "F")"
            text += "\(sources[row.source].name),\(places[row.cve] ?? 0),\(state),\(row.fixed ?? ""),\n"
        }
        text += "\n"
        for place in sources.indices { text += "\(sources[place].name),binary\(place)\n" }
        let plain = Array((text + "\n").utf8)
        var length = compressBound(uLong(plain.count))
        var packed = [UInt8](repeating: 0, count: Int(length))
        guard compress2(&packed, &length, plain, uLong(plain.count), 9) == Z_OK else {
            throw BenchError.unexpectedOutput("zlib", output: "")
        }
        return Array(packed.prefix(Int(length)))
    }
}
