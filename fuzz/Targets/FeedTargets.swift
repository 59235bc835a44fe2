import Domain
import Intelligence
import Scanner

/// Published feeds, and the readers below them.
enum FeedTargets {
    static let all: [FuzzTarget] =
        FeedImporters.sources.map { source in
            FuzzTarget("feed-\(source.rawValue)", .text) { read($0, as: source) }
        } + [json, csv, detection]

    /// What the importer emits goes into an index, which is then asked.
    private static func read(_ input: [UInt8], as source: IntelligenceSource) {
        var builder = ScanIndexBuilder()
        _ = try? FeedImporters.importer(for: source)?.read(MemorySource(input, chunk: 4093)) { builder.add($0) }
        IndexTargets.ask(builder.finish())
    }

    /// The same text in one piece and byte by byte gives the same verdict.
    private static let json = FuzzTarget("json-reader", .text, samples: { samples }) { input in
        let whole = walk(JSONReader(MemorySource(input)))
        guard input.count < 4096 else { return }
        expect(whole == walk(JSONReader(MemorySource(input, chunk: 1))), "JSON reads alike in any pieces")
    }

    private static let samples = [
        #"{"a":[1,-2.5e3,true,false,null,"x\u00e9\ud83d\ude00\n"],"b":{"c":{}},"d":[[],[[]]]}"#,
        "[1,2,3]\n{\"a\":1}\n\"x\"",
    ].map { Array($0.utf8) }

    private static func walk(_ reader: JSONReader) -> Bool {
        do {
            try reader.documents(broken: { _, _ in }) { try visit(reader) }
            return true
        } catch {
            return false
        }
    }

    private static func visit(_ reader: JSONReader) throws {
        switch try reader.peek() {
        case .object: try reader.object { _ in try visit(reader) }
        case .array: try reader.array { try visit(reader) }
        case .string: _ = try reader.string()
        case .number: _ = try reader.numberText()
        case .bool: _ = try reader.bool()
        case .null: _ = try reader.null()
        case nil: break
        }
    }

    private static let csv = FuzzTarget(
        "csv-reader",
        lines: ["a,b,c\r\n\"x,\"\"y\"\"\",2,\n\n,,\n", "#model_version:v2023.03.01\ncve,epss\nCVE-2020-1,0.5"]
    ) { input in
        let reader = CSVReader(MemorySource(input, chunk: 13))
        while let record = try? reader.next() { expect(!record.isEmpty, "a record has fields") }
    }

    private static let detection = FuzzTarget(
        "feed-detection",
        lines: ["{\"catalogVersion\":\"2024\",\"vulnerabilities\":[]}", "id,file,codes\n1,x,CVE-2020-1"]
    ) { input in
        _ = FeedFormat.detect(input)
        _ = Timestamp.parse(String(decoding: input.prefix(64), as: UTF8.self))
    }
}
