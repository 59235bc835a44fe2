import Domain
import Intelligence
import Scanner

/// The product names that come with the program, and those of loaded intelligence.
enum OfflineDictionary {
    /// - Parameter intelligence: a directory of feeds or an index, whose products are added; nil for
    ///   the bundled names alone.
    static func open(intelligence: String?) throws -> SoftwareIdentifier {
        var dictionary = ProductDictionary()
        dictionary.add(lines: try bundled())
        if let intelligence { dictionary.add(productsOf: try OfflineIndex.open(intelligence)) }
        return SoftwareIdentifier(dictionary: dictionary)
    }

    private static func bundled() throws -> String {
        let input = try ByteSources.open(path: "\(try ResourceLocator.bundle())/products.txt.gz")
        var bytes: [UInt8] = []
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
        defer { buffer.deallocate() }
        while true {
            let count = try input.read(into: buffer)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(contentsOf: buffer[..<count])
        }
    }
}
