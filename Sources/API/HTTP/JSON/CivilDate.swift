/// A day of the proleptic Gregorian calendar, computed without a calendar object.
struct CivilDate: Hashable {
    let year: Int
    /// 1…12.
    let month: Int
    /// 1…31.
    let day: Int

    /// Counts in years that begin in March, so that the leap day is the last of its year, and in
    /// cycles of 400 years (146,097 days), after which the calendar repeats.
    init(daysSince1970: Int) {
        let marchBased = daysSince1970 + 719_468
        let (cycle, dayOfCycle) = marchBased.flooredQuotientAndRemainder(by: 146_097)
        let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfCycle + 400 * cycle + (month <= 2 ? 1 : 0)
    }
}

extension Int {
    /// Division that rounds towards minus infinity: the remainder has the divisor's sign.
    func flooredQuotientAndRemainder(by divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
