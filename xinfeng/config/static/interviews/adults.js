/* Which adult is asked: as `surveys/drawing/adults.py` tells it, with the numbers that the server sent for this household. */

/* Men from the oldest, then women from the oldest; `kish[n - 1]` is the place on a list of n. */
export const byKish = (adults, kish) => {
  const listed = adults.map((_, place) => place);
  listed.sort((a, b) => Number(adults[b].isMan) - Number(adults[a].isMan) || adults[b].age - adults[a].age || a - b);
  return listed[kish[adults.length - 1]];
};

const isLeap = (year) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const DAY = 86_400_000;

const daysSince = ({ month, day }, [year, thisMonth, thisDay]) => {
  const was = month < thisMonth || (month === thisMonth && day <= thisDay) ? year : year - 1;
  // Whoever is born on the last day of February of a leap year has it then in other years too.
  const on = month === 2 && day === 29 && !isLeap(was) ? 28 : day;
  return Math.round((Date.UTC(year, thisMonth - 1, thisDay) - Date.UTC(was, month - 1, on)) / DAY);
};

/* Who last had a birthday on the day of asking or before; `ties` ranks the places of a list. */
export const byBirthday = (birthdays, askedOn, ties) => {
  const today = askedOn.split("-").map(Number);
  const days = birthdays.map((each) => daysSince(each, today));
  const nearest = Math.min(...days);
  return days.map((_, place) => place).filter((place) => days[place] === nearest).reduce((a, b) => (ties[a] < ties[b] ? a : b));
};
