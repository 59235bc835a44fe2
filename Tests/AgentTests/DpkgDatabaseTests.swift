import Agent
import Domain
import Foundation
import Testing

@Suite("dpkg's database gives what dpkg-query gives")
struct DpkgDatabaseTests {
    private static let query = output(
        "dpkg-query",
        [
            "-W",
            "-f=${db:Status-Status}\\t${Package}\\t${Version}\\t${Architecture}\\t${source:Package}\\t${source:Version}\\n",
        ])

    @Test(
        "names, versions, architectures and sources of this host",
        .enabled(if: query != nil, "dpkg-query is not installed here"))
    func agreesWithDpkgQuery() throws {
        let present = ["installed", "unpacked", "half-configured", "triggers-awaited", "triggers-pending"]
        let expected = try #require(Self.query).split(separator: "\n").map {
            $0.split(separator: "\t").map(String.init)
        }
        .filter { present.contains($0[0]) }.map { $0.dropFirst().joined(separator: " ") }
        let found = try HostCollector().collect().packages.filter { $0.type == "deb" }.map { package in
            [
                package.name, package.version, package.architecture ?? "", package.source ?? package.name,
                package.sourceVersion ?? package.version,
            ].joined(separator: " ")
        }
        #expect(found.count == expected.count)
        #expect(Set(found) == Set(expected))
    }

    @Test("the day a package's files were written is its install date")
    func installDates() throws {
        let tree = try ExaminedTree()
            .write(
                "var/lib/dpkg/status",
                """
                Package: libc6
                Status: install ok installed
                Architecture: amd64
                Version: 2.36

                Package: bash
                Status: install ok installed
                Architecture: amd64
                Version: 5.2
                """
            ).write("var/lib/dpkg/info/libc6:amd64.list", "").write("var/lib/dpkg/info/bash.list", "")
        for (name, seconds) in [("libc6:amd64", 1_700_000_000.0), ("bash", 1_600_000_000.0)] {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: seconds)],
                ofItemAtPath: "\(tree.path)/var/lib/dpkg/info/\(name).list")
        }
        let dates = try tree.collect().packages.map { $0.installDate?.timeIntervalSince1970 }
        #expect(dates == [1_700_000_000, 1_600_000_000])
    }

    @Test("a distroless image has a file for each package, without a status")
    func distroless() throws {
        let tree = try ExaminedTree()
            .write("var/lib/dpkg/status.d/base-files", "Package: base-files\nVersion: 12.4\nArchitecture: amd64\n")
            .write("var/lib/dpkg/status.d/libssl3", "Package: libssl3\nSource: openssl\nVersion: 3.0.11-1\n")
            .write("var/lib/dpkg/status.d/libssl3.md5sums", "abc  usr/lib/libssl.so.3\n")
        let packages = try tree.collect().packages
        #expect(packages.map(\.name) == ["base-files", "libssl3"])
        #expect(packages.map(\.source) == [nil, "openssl"])
    }
}
