/// Bytes of the operating system's cryptographic generator (getrandom(2) on Linux), which is what
/// the standard library's system generator is documented to use.
enum SecureRandom {
    static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}
