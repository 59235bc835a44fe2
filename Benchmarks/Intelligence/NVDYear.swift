import Foundation

/// A year of NVD's records, made up and the same in every run: 25,000 with descriptions, vectors, references and
/// configurations of the size that NVD's have.
struct NVDYear {
    static let records = 25_000

    /// Writes it as a feed of NVD's.
    static func write(to path: String) throws {
        var random = SeededRandom(seed: 2_024)
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { throw CocoaError(.fileWriteUnknown) }
        defer { try? file.close() }
        try file.write(contentsOf: Data(#"{"format":"NVD_CVE","version":"2.0","vulnerabilities":["#.utf8))
        for number in 0..<records {
            let text = (number == 0 ? "" : ",\n") + record(number, &random)
            try file.write(contentsOf: Data(text.utf8))
        }
        try file.write(contentsOf: Data("]}".utf8))
    }

    private static func record(_ number: Int, _ random: inout SeededRandom) -> String {
        let id = "CVE-2024-\(10_000 + number)"
        let words = (0..<Int.random(in: 25...90, using: &random)).map { _ in word(&random) }
        let product = word(&random)
        let version = "\(Int.random(in: 0...9, using: &random)).\(Int.random(in: 0...30, using: &random))"
        let day = String(10 + number % 18)
        return
            #"{"cve":{"id":"\#(id)","sourceIdentifier":"cve@example.org","published":"2024-03-\#(day)T10:15:00.000","#
            + #""lastModified":"2024-04-\#(day)T10:15:00.000","vulnStatus":"Analyzed","#
            + #""descriptions":[{"lang":"en","value":"\#(words.joined(separator: " "))."}],"metrics":{"cvssMetricV31":["#
            + #"{"type":"Primary","cvssData":{"vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:\#(level(&random))/I:H/A:N"}}]},"#
            + #""configurations":[{"nodes":[{"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":true,"#
            + #""criteria":"cpe:2.3:a:\#(word(&random)):\#(product):*:*:*:*:*:*:*:*","versionEndExcluding":"\#(version)"}]}]}],"#
            + #""references":[{"url":"https://example.org/\#(id)"},{"url":"https://git.example.org/\#(product)"}]}}"#
    }

    private static func level(_ random: inout SeededRandom) -> String {
        ["N", "L", "H"][Int.random(in: 0...2, using: &random)]
    }

    private static func word(_ random: inout SeededRandom) -> String {
        // The square of a uniform number makes some words common, as in prose.
        let place = Double.random(in: 0..<1, using: &random)
        return "word\(Int(place * place * 20_000))"
    }
}
