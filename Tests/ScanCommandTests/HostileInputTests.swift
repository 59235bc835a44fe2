import Foundation
import TestSupport
import Testing

/// Documents that are damaged, hostile or none: a sentence on standard error, nothing on standard
/// output, exit code 1.
struct HostileDocument: Sendable, CustomTestStringConvertible {
    let name: String
    let option: String
    let bytes: Data

    init(_ name: String, _ option: String, _ bytes: Data) {
        (self.name, self.option, self.bytes) = (name, option, bytes)
    }

    init(_ name: String, _ option: String, _ text: String) { self.init(name, option, Data(text.utf8)) }

    var testDescription: String { "\(option): \(name)" }
}

private let hostileDocuments: [HostileDocument] =
    ["--inventory", "--sbom", "--dpkg-status"].flatMap { option in
        [
            HostileDocument("nothing", option, ""), HostileDocument("zeros", option, Data(count: 1 << 20)),
            HostileDocument(
                "an executable", option, Data([0x7F, 0x45, 0x4C, 0x46] + (0..<5000).map { UInt8($0 % 251) })),
            HostileDocument("XML", option, "<?xml version=\"1.0\"?><bom/>"),
        ]
    } + [
        HostileDocument("cut off", "--inventory", "{\"hostname\":\"a\",\"os\":{\"id\":\"debian\",\"ver"),
        HostileDocument("no object", "--inventory", "[1,2,3]"),
        HostileDocument("nested without end", "--inventory", String(repeating: "[", count: 200_000)),
        HostileDocument(
            "a package without a name", "--inventory", "{\"hostname\":\"a\",\"os\":{\"id\":\"d\"},\"packages\":[{}]}"),
        HostileDocument(
            "two inventories", "--inventory",
            String(repeating: "{\"hostname\":\"a\",\"os\":{\"id\":\"debian\",\"version\":\"12\"}}\n", count: 2)),
        HostileDocument("not UTF-8", "--inventory", Data([0x7B, 0x22, 0xFF, 0xFE, 0x22, 0x3A, 0x31, 0x7D])),
        HostileDocument("another JSON", "--sbom", "{\"a\":1}"),
        HostileDocument("a version to come", "--sbom", "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"9.9\"}"),
        HostileDocument("nested without end", "--sbom", String(repeating: "{\"a\":", count: 100_000)),
    ]

@Suite("Hostile input to the offline commands", .blocking)
struct HostileInputTests {
    private func isSentence(_ errors: String) -> Bool {
        errors.hasPrefix("garrison: ") && errors.count > 25 && !errors.contains("Fatal error")
    }

    @Test("a document that is none is refused with a sentence", arguments: hostileDocuments)
    func documents(_ document: HostileDocument) throws {
        let distribution = document.option == "--dpkg-status" ? ["--distro", "debian:12"] : []
        let outcome = try Program.run(
            garrison: ["scan", document.option, "-", "--intel", BundledIndex.path] + distribution, input: document.bytes
        )
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(isSentence(outcome.complaints), "\(outcome.complaints)")
    }

    @Test("a file that is not there, and a folder in its place", arguments: ["/no/such/file", "/"])
    func paths(_ path: String) throws {
        for arguments in [["--inventory", path], ["--sbom", path], ["--dpkg-status", path, "--distro", "debian:12"]] {
            let outcome = try Program.run(garrison: ["scan", "--intel", BundledIndex.path] + arguments)
            #expect(outcome.status == 1 && outcome.output.isEmpty)
            #expect(outcome.complaints.contains(path), "\(outcome.complaints)")
        }
    }

    @Test(
        "wrong usage ends with code 2",
        arguments: [
            [], ["--inventory", "a", "--sbom", "b"], ["--dpkg-status", "-"],
            ["--dpkg-status", "-", "--distro", "debian"],
            ["--dpkg-status", "-", "--distro", ""], ["--sbom", "-", "--format", "pdf"], ["--no-such-option"],
        ])
    func usage(_ arguments: [String]) throws {
        let outcome = try Program.run(garrison: ["scan"] + arguments)
        #expect(outcome.status == 2 && outcome.output.isEmpty)
        #expect(outcome.complaints.contains("Usage: garrison scan"))
    }

    @Test("a damaged index is refused, or read without harm, wherever the damage is")
    func index() throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: BundledIndex.path))
        try Scratch.with { folder in
            let path = folder.appendingPathComponent("damaged.index")
            for place in [0, 8, 13, 17, 33, 40, 150, whole.count / 3, whole.count / 2, whole.count - 7] {
                var damaged = whole
                damaged[place] ^= 0xFF
                try damaged.write(to: path)
                let outcome = try Program.run(
                    garrison: [
                        "scan", "--dpkg-status", Fixture.path("debian-12-newest.status"), "--distro", "debian:12",
                    ]
                        + ["--intel", path.path])
                #expect([0, 1].contains(outcome.status), "byte \(place): \(outcome.complaints)")
            }
            try whole.prefix(whole.count - 1).write(to: path)
            let cut = try Program.run(garrison: ["scan", "--sbom", "-", "--intel", path.path], input: Self.emptyBill)
            #expect(cut.status == 1)
            #expect(cut.complaints.contains("is damaged"), "\(cut.complaints)")
        }
    }

    @Test("intelligence that is none is refused by name", arguments: ["/no/such/folder", "/etc/hostname"])
    func intelligence(_ path: String) throws {
        let outcome = try Program.run(garrison: ["scan", "--sbom", "-", "--intel", path], input: Self.emptyBill)
        #expect(outcome.status == 1)
        #expect(outcome.complaints.contains(path))
    }

    private static let emptyBill = Data("{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"components\":[]}".utf8)
}
