// What dictionaries ask when they grow: how many buckets a load of so many entries needs.
double ceil(double value);

double ceil(double value) {
  // Beyond this every number is whole; what is none is returned as it is.
  if (!(value > -4503599627370496.0 && value < 4503599627370496.0)) return value;
  double whole = (double)(long)value;
  return whole < value ? whole + 1 : whole;
}
