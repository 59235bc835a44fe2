/// Requests within a window of time.
struct MicrosoftQuota: Sendable {
    /// Seconds.
    let window: Int
    private var current = 0
    private var used = 0

    init(window: Int) { self.window = window }

    /// Counts one more.
    ///
    /// - Returns: seconds to wait where there is none left.
    mutating func use(_ limit: Int, _ now: Moment) -> Int? {
        let length = window * 1000
        if current != now.milliseconds / length {
            current = now.milliseconds / length
            used = 0
        }
        used += 1
        return used > limit ? window - now.milliseconds % length / 1000 : nil
    }
}
