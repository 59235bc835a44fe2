import API
import Scanner

/// What `garrison scan --why --format json` prints: an array, one object an installed package.
enum WhyJSON {
    static func render(_ reasons: [Reason]) -> [UInt8] {
        var writer = JSONWriter(capacity: 256 + reasons.count * 512)
        writer.array(reasons.map(WhyView.init))
        return writer.finish() + [UInt8(ascii: "\n")]
    }
}
