import Foundation
import TestSupport
import Testing

@Suite("garrison doctor finds what is wrong with the program's files and the clock", .blocking)
struct DoctorResourceTests {
    private let folder: TestFolder

    /// A folder that stands for the program's files, with an empty bundle of a date.
    private func resources(date: String, files: String = "[]") throws -> [String: String] {
        for name in ["database/migrations", "data/intel"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
        }
        try folder.write(
            "{\"schema\": \"garrison.bundle/1\", \"date\": \"\(date)\", \"files\": \(files)}",
            to: "data/intel/MANIFEST.json")
        return ["GARRISON_RESOURCES": folder.path]
    }

    init() throws { folder = try TestFolder() }

    @Test("they are not there")
    func missing() throws {
        defer { folder.remove() }
        try DoctorRun(environment: ["GARRISON_RESOURCES": "/nonexistent"]).expectProblem(
            "resources", "were not found", advice: "make install")
    }

    @Test("the bundled intelligence has no manifest, or a file that is missing")
    func incomplete() throws {
        defer { folder.remove() }
        let file = """
            [{"file": "x.gz", "name": "kev", "source": "kev", "licence": "CC0", "sha256": "", "records": 1, "lacks": "",
              "date": "2026-01-01"}]
            """
        try DoctorRun(environment: try resources(date: "2026-01-01", files: file)).expectProblem(
            "intelligence.bundle", "data/intel/x.gz cannot be read", advice: "Install Garrison again")
        try FileManager.default.removeItem(atPath: "\(folder.path)/data/intel/MANIFEST.json")
        try DoctorRun(environment: ["GARRISON_RESOURCES": folder.path]).expectProblem(
            "resources", "MANIFEST.json", advice: "make install")
    }

    @Test("the bundled intelligence is old")
    func old() throws {
        defer { folder.remove() }
        try DoctorRun(environment: try resources(date: "2020-01-01")).expectWarning(
            "intelligence.bundle", "the newest of 2020-01-01", advice: "garrison intel update")
    }

    @Test("the clock stands before the program was made")
    func clock() throws {
        defer { folder.remove() }
        try DoctorRun(environment: try resources(date: "2999-01-01")).expectProblem(
            "clock", "before this program was made", advice: "NTP")
    }
}
