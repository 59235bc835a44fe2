import Domain
import Store
import Testing

@Suite("Which fixed version takes the place of which")
struct PatchLinesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let scheme: VersionScheme
        /// `introduced fixed`.
        let ranges: [String]
        /// `fixed → head (next)`.
        let places: [String]
    }

    static let cases: [Case] = [
        Case(
            testDescription: "a distribution's are a chain in the order of its versions", scheme: .deb,
            ranges: ["0 1.9-1", "0 1.10-1", "0 1.10-1+deb12u1"],
            places: [
                "1.10-1 → 1.10-1+deb12u1 (1.10-1+deb12u1)", "1.10-1+deb12u1 → 1.10-1+deb12u1 ()",
                "1.9-1 → 1.10-1+deb12u1 (1.10-1)",
            ]),
        Case(
            testDescription: "lines under maintenance are chains of their own", scheme: .generic,
            ranges: ["18.0 18.19.1", "18.0 18.20.0", "20.0 20.11.1", "20.0 20.12.0"],
            places: [
                "18.19.1 → 18.20.0 (18.20.0)", "18.20.0 → 18.20.0 ()", "20.11.1 → 20.12.0 (20.12.0)",
                "20.12.0 → 20.12.0 ()",
            ]),
        Case(
            testDescription: "a line ends in the next when that fixes what has been in it from the beginning",
            scheme: .generic, ranges: ["18.0 18.20.0", "0 20.12.0"],
            places: ["18.20.0 → 20.12.0 (20.12.0)", "20.12.0 → 20.12.0 ()"]),
        Case(
            testDescription: "a flaw that came later concerns the versions since", scheme: .generic,
            ranges: ["0 1.0", "2.0 2.5", "0 2.0"],
            places: ["1.0 → 2.5 (2.0)", "2.0 → 2.5 (2.5)", "2.5 → 2.5 ()"]),
        Case(
            testDescription: "what is no version is left out", scheme: .semver, ranges: ["0 latest", "0 1.0.0"],
            places: ["1.0.0 → 1.0.0 ()"]),
        Case(testDescription: "nothing", scheme: .deb, ranges: [], places: []),
    ]

    @Test("places", arguments: cases)
    func places(_ example: Case) {
        let ranges = example.ranges.map { text in
            let words = text.split(separator: " ").map(String.init)
            return PatchLines.Range(introduced: words[0], fixed: words[1])
        }
        let lines = PatchLines(ranges, scheme: example.scheme)
        #expect(
            lines.places.map { "\($0.key) → \($0.value.head) (\($0.value.next ?? ""))" }.sorted() == example.places)
    }
}
