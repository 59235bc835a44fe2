import Domain
import Foundation
import TestSupport
import Testing

@Suite("dpkg's database", .blocking)
struct DpkgTests {
    @Test("on this host, every package, version, architecture and source that dpkg-query tells")
    func host() throws {
        // Somebody may be installing something: what dpkg says before and after must be the same.
        for _ in 0..<20 {
            let before = try query()
            let collected = try hostInventory()
            guard try query() == before, collected.reasons("packages.dpkg").isEmpty else {
                Thread.sleep(forTimeInterval: 1)
                continue
            }
            let found = collected.packages.filter { $0.type == "deb" }.map { package in
                [
                    package.name, package.version, package.architecture ?? "", package.source ?? package.name,
                    package.sourceVersion ?? package.version,
                ].joined(separator: "\t")
            }
            #expect(found.sorted() == before)
            #expect(before.count > 50)
            #expect(collected.packages.allSatisfy { $0.vendor != nil && $0.installDate != nil })
            return
        }
        Issue.record("dpkg's database changed all the time")
    }

    private func query() throws -> [String] {
        let fields = ["db:Status-Status", "Package", "Version", "Architecture", "source:Package", "source:Version"]
        let format = fields.map { "${\($0)}" }.joined(separator: "\\t") + "\\n"
        let present: Set<Substring> = [
            "installed", "unpacked", "half-configured", "triggers-awaited", "triggers-pending",
        ]
        return try Command.output("dpkg-query", "-W", "-f", format).lines.compactMap { line in
            let parts = line.split(separator: "\t", maxSplits: 1)
            return present.contains(parts[0]) ? String(parts[1]) : nil
        }.sorted()
    }

    @Test("a package's date is that of its list of files, of its own architecture where there are several")
    func dates() throws {
        let root = try ScratchRoot().write(
            "var/lib/dpkg/status", paragraph("libc6", architecture: "amd64") + paragraph("libc6", architecture: "i386"))
        try root.write("var/lib/dpkg/info/libc6:amd64.list", "").write("var/lib/dpkg/info/libc6:i386.list", "")
        try setDate(root, "libc6:amd64.list", 1_700_000_000)
        try setDate(root, "libc6:i386.list", 1_600_000_000)
        #expect(
            try root.collect().packages.map(\.installDate) == [
                Date(timeIntervalSince1970: 1_700_000_000), Date(timeIntervalSince1970: 1_600_000_000),
            ])
    }

    @Test("distroless images keep a file for each package")
    func distroless() throws {
        let root = try ScratchRoot()
        try root.write("var/lib/dpkg/status.d/base", "Package: base-files\nVersion: 12.4\n")
        try root.write("var/lib/dpkg/status.d/tzdata", "Package: tzdata\nVersion: 2024a-0\n")
        try root.write("var/lib/dpkg/status.d/tzdata.md5sums", "d41d8cd98f00b204e9800998ecf8427e  x\n")
        #expect(try root.collect().titles == ["base-files 12.4", "tzdata 2024a-0"])
    }

    @Test("changes that dpkg has not finished are told, not guessed at")
    func unfinished() throws {
        let root = try ScratchRoot().write("var/lib/dpkg/status", paragraph("a")).write("var/lib/dpkg/updates/0000", "")
        #expect(try root.collect().reasons("packages.dpkg").first?.hasPrefix("dpkg is at work") == true)
    }

    @Test("an entry without a version is counted in a note; the rest stays")
    func unusable() throws {
        let root = try ScratchRoot().write(
            "var/lib/dpkg/status", "Package: b\nStatus: install ok installed\n\n" + paragraph("a"))
        let inventory = try root.collect()
        #expect(inventory.titles == ["a 1"])
        #expect(inventory.reasons("packages.dpkg") == ["Entries without a usable name and version: 1."])
    }

    private func paragraph(_ name: String, architecture: String = "amd64") -> String {
        "Package: \(name)\nStatus: install ok installed\nArchitecture: \(architecture)\nVersion: 1\n\n"
    }

    private func setDate(_ root: ScratchRoot, _ name: String, _ seconds: Double) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: seconds)],
            ofItemAtPath: "\(root.path)/var/lib/dpkg/info/\(name)")
    }
}
